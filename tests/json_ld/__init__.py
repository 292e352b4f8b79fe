"""Outside validators of what is published for machines, run by node."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def validators() -> None:
    """Install them at first use; without npm the test is skipped, but never where CI is set."""
    if (HERE / "node_modules" / "schema-dts").is_dir():
        return
    npm = shutil.which("npm")
    done = npm and subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=False)
    if not done or done.returncode:
        assert os.environ.get("CI", "").casefold() != "true", "the validators need npm"
        pytest.skip("no npm, or it could not install")


def flaws(kind: str, data: Any) -> list[str]:
    """What the validator of this kind finds wrong."""
    validators()
    said = json.dumps({"kind": kind, "data": data})
    run = subprocess.run(
        ["node", "validate.mjs"],
        cwd=HERE,
        input=said,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return run.stdout.splitlines()
