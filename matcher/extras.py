"""Packages that only some users need, installed by name: pip install 'proposal-matcher[models]'."""

from __future__ import annotations

from importlib.util import find_spec

from matcher.errors import ExtraError

# What is missing without each extra, for people.
EXTRAS = {
    "app": ("网页", "The page"),
    "models": ("其他模型", "Another model"),
    "serve": ("HTTP 服务", "The HTTP service"),
    "scale": ("集群", "A cluster"),
    "milvus": ("Milvus 档案库", "An archive in Milvus"),
    "frames": ("结果表格", "A table of results"),
}


def require(extra: str, *packages: str) -> None:
    """ExtraError naming the command that installs `extra`, unless every one of `packages` is there."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        chinese, english = EXTRAS[extra]
        raise ExtraError(
            f"{chinese}需要 {'、'.join(missing)}：请运行 pip install 'proposal-matcher[{extra}]'。",
            f"{english} needs {', '.join(missing)}: pip install 'proposal-matcher[{extra}]'.",
        )
