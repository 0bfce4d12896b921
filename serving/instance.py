"""The service of this process, set up from the environment.

``bentoml serve serving.instance:xinheng`` serves it while developing; it listens
where ``XINHENG_HOST`` and ``XINHENG_PORT`` say. For production: ``python -m serving``.
"""

import os
import sys

from serving.service import build_service, hosts_asked, refuse_reachable
from serving.settings import read_settings

for host in hosts_asked(sys.argv, os.environ):
    refuse_reachable(host)
xinheng = build_service(read_settings(os.environ))
