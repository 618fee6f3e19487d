"""Understanding one message in this process, beside the bare folding of the same text."""

import time
from collections.abc import Callable
from functools import partial

from benchmarks.http import quantile
from nlu.engine import EmbeddedEngine
from nlu.text import fold

MESSAGES = [
    "den duong hem 12 Ly Thuong Kiet tat ca tuan nay roi, toi om",
    "Ống nước bể trước số 88 Thái Sanh Hạnh, phường Mỹ Tho, nước chảy lai láng",
    "em muốn làm giấy khai sinh cho con thì đem theo giấy tờ gì",
    "phiếu của tôi mã một hai ba bốn năm sáu bảy tám chín tới đâu rồi",
    "Nhà kế bên hát karaoke tới nửa đêm mà không ai xuống dẹp hết",
]
ROUNDS = 100


def report() -> None:
    engine = EmbeddedEngine.load()
    engine.understand(MESSAGES[0], "sms")
    times = [_milliseconds(partial(engine.understand, text, "sms")) for _ in range(ROUNDS) for text in MESSAGES]
    folding = [_milliseconds(partial(fold, text)) for _ in range(ROUNDS) for text in MESSAGES]
    print("\n## understanding, one message, one thread")
    print(f"understand      p50 {quantile(times, 0.5):7.2f} ms   p99 {quantile(times, 0.99):7.2f} ms")
    print(f"fold only       p50 {quantile(folding, 0.5):7.3f} ms   p99 {quantile(folding, 0.99):7.3f} ms")


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
