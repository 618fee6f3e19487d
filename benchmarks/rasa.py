"""The same development messages through the engine in this process, through Rasa with our components, and through
plain Rasa: time for one message, and how often the intent is right. Quote the ratios.

Plain Rasa's logistic regression is always measured; its neural DIET trains for long and is measured when it is asked
for (``--diet``).
"""

import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.http import quantile
from contact_center.embedded.child import ChildProcess
from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.ports import HOST, free_port
from contact_center.embedded.rasa import rasa_environment, rasa_python
from contact_center.rasa.address import ServerAddress
from contact_center.rasa.archives import Archives
from contact_center.rasa.build import build
from contact_center.rasa.client import RasaClient
from nlu.corpus import Utterance, corpus_files, load_corpus
from nlu.engine import EmbeddedEngine
from nlu.models import ensure_model
from nlu.text import fold

MESSAGES = 400
CONFIGS = Path(__file__).parent.parent / "nlu" / "rasa"
START_TIMEOUT_S = 180.0

Intent = Callable[[str], str]


def report(*, diet: bool = False) -> None:
    """Train what is missing, start both servers in turn, print the table. Says one sentence where Rasa is missing."""
    try:
        rasa_python()
    except EmbeddedServerError as error:
        print(f"\n## Rasa: {error}")
        return
    utterances = _spread(load_corpus(corpus_files(development=True)))
    model = ensure_model()
    embedded = EmbeddedEngine.load(model)
    print(f"\n## one message at a time, {len(utterances)} development messages, also without accents")
    base = _measure("this process", lambda text: embedded.understand(text, "web").intent, utterances, None)
    with tempfile.TemporaryDirectory(prefix="bench-rasa-") as folder:
        ours = build(Archives(Path(folder)), model)
        with _served(ours) as client:
            _measure("Rasa with ours", lambda text: client.parse(text).intent, utterances, base)
            _measure("  its own intent", partial(_rasas_intent, client), utterances, base)
        theirs = {"plain Rasa (LR)": "plain"} | ({"plain Rasa (DIET)": "diet"} if diet else {})
        for name, config in theirs.items():
            with _served(_trained(model, Path(folder, f"{config}.tar.gz"), config)) as client:
                _measure(name, partial(_rasas_intent, client), utterances, base)


def _spread(utterances: Sequence[Utterance]) -> list[Utterance]:
    step = max(len(utterances) / MESSAGES, 1.0)
    return [utterances[int(i * step)] for i in range(int(len(utterances) / step))]


def _rasas_intent(client: RasaClient, text: str) -> str:
    return str(client.ask(text)["intent"]["name"])


def _measure(name: str, intent: Intent, utterances: Sequence[Utterance], base: float | None) -> float:
    """Print a line; gives the median in milliseconds."""
    times: list[float] = []
    shares = []
    for spelled in (str, fold):
        right = 0
        for utterance in utterances:
            text = spelled(utterance.text)
            began = time.perf_counter()
            said = intent(text)
            times.append((time.perf_counter() - began) * 1000)
            right += said == utterance.intent
        shares.append(right / len(utterances))
    p50, p95 = quantile(times, 0.5), quantile(times, 0.95)
    print(
        f"{name:18} p50 {p50:7.2f} ms   p95 {p95:7.2f} ms   {p50 / (base or p50):6.1f} x this process   "
        f"intent right {shares[0]:.3f}, without accents {shares[1]:.3f}"
    )
    return p50


def _trained(model: Path, archive: Path, config: str) -> Path:
    recipe = CONFIGS / f"config_{config}.yml"
    command = [str(rasa_python()), "-m", "nlu.rasa.train", str(model.absolute()), str(archive), str(recipe)]
    environment = rasa_environment(dict(os.environ))
    subprocess.run(command, env=environment, cwd=archive.parent, check=True, stdout=subprocess.DEVNULL)
    return archive


@contextmanager
def _served(archive: Path) -> Iterator[RasaClient]:
    """A private server of that archive, warm."""
    port, secret = free_port(15105), secrets.token_hex(24)
    environment = rasa_environment(dict(os.environ)) | {"RASA_SECRET": secret}
    command = [str(rasa_python()), "-m", "nlu.rasa.serve", str(archive), str(port)]
    server = ChildProcess("rasa", command, environment=environment, log=archive.parent / "server.log", port=port)
    server.start()
    client = RasaClient(ServerAddress(f"http://{HOST}:{port}"), secret, answer_timeout_s=30.0)
    try:
        server.wait_until_ready(START_TIMEOUT_S)
        for _ in range(20):
            client.ask("xin chào")
        yield client
    finally:
        client.close()
        server.stop()
