"""The console: pages for regulators, made on the server, without any outside asset.

Text is escaped by the template engine, styles and figures come from the package,
there is no script. Every page prints.
"""

from serving.doors.addresses import Endpoint
from serving.doors.console import (
    assets,
    business,
    changes,
    listing,
    notice,
    overview,
    sign_in,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    overview.ENDPOINT,
    listing.ENDPOINT,
    business.ENDPOINT,
    changes.ENDPOINT,
    notice.ENDPOINT,
    *sign_in.ENDPOINTS,
    *assets.ENDPOINTS,
)
