"""The environment, read once by a door, as one frozen value."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-secret-never-use-it-in-public"  # noqa: S105 - refused outside development below
READY = "memory of a process for rows that are written already, and a quarter as much for groups that are counted; 0: none"


class Settings(BaseSettings):
    """Every knob of the service; each is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    environment: Literal["development", "production"] = Field("development", description="production refuses defaults")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 picks a free one")
    workers: int = Field(1, ge=1, le=64, description="server processes")
    database_url: str = Field("sqlite:///foreign_policy.db", description="URL; sqlite or postgresql, of one host or several")
    read_database_url: str = Field(
        "", description="where reads go instead, such as a balancer of replicas; needless where DATABASE_URL names several hosts"
    )
    secret_key: SecretStr = Field(SecretStr(DEVELOPMENT_SECRET), description="signs cursors")
    public_url: str = Field("", description="scheme and host clients see; empty: taken from the request")
    rate_limit: str = Field("", description="per client, such as 600/minute; empty: none")
    query_timeout: float = Field(10.0, gt=0, description="seconds a question may take")
    max_body_bytes: int = Field(10 * 1024 * 1024, gt=0, description="largest request body")
    max_listeners: int = Field(200, ge=0, description="clients that follow the stream of changes at the same time")
    cache_bytes: int = Field(128 * 1024 * 1024, ge=0, description="memory of a process for ready answers; 0: none are kept")
    ready_bytes: int = Field(64 * 1024 * 1024, ge=0, description=READY)
    pool_size: int = Field(8, ge=1, le=200, description="database connections of a process")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    releases_dir: str = Field("releases", description="folder that holds the files of releases")

    @model_validator(mode="after")
    def refuse_default_secrets(self) -> Settings:
        """Stop a public server from signing with a key that everybody can read."""
        if self.environment == "production" and self.secret_key.get_secret_value() == DEVELOPMENT_SECRET:
            message = "SECRET_KEY is the development default; set one of your own (32 random characters) for production"
            raise ValueError(message)
        return self
