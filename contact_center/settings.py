"""Everything an installation decides, read from the environment and nowhere else."""

import secrets
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class TwilioSettings(BaseSettings):
    """A Twilio account, or an engine that speaks its webhooks. ``api_base`` points the SDK somewhere else."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_")

    account_sid: str = ""
    auth_token: SecretStr = SecretStr("")
    sms_from: str = "1022"
    api_base: str = ""

    @property
    def configured(self) -> bool:
        return bool(self.account_sid and self.auth_token.get_secret_value())


class ZaloSettings(BaseSettings):
    """A Zalo Official Account and its app. The tokens here are only the first pair; later ones are in the database."""

    model_config = SettingsConfigDict(env_prefix="ZALO_")

    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    oa_id: str = ""
    oa_secret_key: SecretStr = SecretStr("")
    access_token: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    api_base: str = "https://openapi.zalo.me"
    oauth_base: str = "https://oauth.zaloapp.com"
    media_hosts: list[str] = Field(default_factory=lambda: ["zadn.vn", "zaloapp.com", "zalo.me", "zdn.vn"])

    @property
    def configured(self) -> bool:
        return bool(self.app_id and self.oa_secret_key.get_secret_value())


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=None)

    database_url: str = ""
    redis_url: str = ""
    # The search server; empty: PostgreSQL searches.
    elasticsearch_url: str = ""
    elasticsearch_index: str = "knowledge"
    elasticsearch_api_key: SecretStr = SecretStr("")
    elasticsearch_ca_certs: str = ""
    public_base_url: str = "http://127.0.0.1:8022"
    data_dir: Path = Field(default=Path("var"), alias="CONTACT_CENTER_DATA")
    # Signs links and chat tokens. The embedded start makes one and keeps it in the data folder.
    secret_key: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_urlsafe(32)))
    secure_cookies: bool = False
    default_locale: str = "vi"
    province_name: str = "Đồng Tháp"
    area_code: str = "0277"
    map_tile_url: str = ""
    # Where the provider stand-in listens; empty when real accounts are configured.
    simulator_url: str = ""
    nlu_model_dir: Path = Path("var/nlu")
    # A Rasa server with our components, or file:///… where its keeper writes its address; empty: this process.
    rasa_url: str = ""
    rasa_secret: SecretStr = SecretStr("")
    webhook_body_limit: int = 1_000_000
    upload_limit: int = 10_000_000
    log_level: str = "INFO"

    twilio: TwilioSettings = Field(default_factory=TwilioSettings)
    zalo: ZaloSettings = Field(default_factory=ZaloSettings)

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"


@lru_cache
def get_settings() -> Settings:
    return Settings()
