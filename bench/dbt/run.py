"""`dbt run` in the project of the working folder, and what the process used.

Usage: python run.py PROJECT [dbt arguments]
"""

import json
import resource
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner

project = Path(sys.argv[1])
folders = ["--project-dir", str(project), "--profiles-dir", str(project)]
result = dbtRunner().invoke([*sys.argv[2:], *folders, "--quiet"])
if not result.success:
    print(result.exception or [f"{r.node.name}: {r.message}" for r in result.result if r.status == "error"], file=sys.stderr)
    sys.exit(1)
if sys.argv[2] == "run":
    done = json.loads((project / "target" / "run_results.json").read_text())
    models = {r["unique_id"].split(".")[-1].replace("__", ".", 1): round(r["execution_time"], 3) for r in done["results"]}
    print("\n" + json.dumps(dict(models=models)))
used = resource.getrusage(resource.RUSAGE_SELF)
print(f"used {used.ru_maxrss} {int((used.ru_utime + used.ru_stime) * 1e6)}", file=sys.stderr)
