"""The day on which the tests are asked, so that they give the same answer on any other."""

import datetime

TODAY = datetime.date(2026, 11, 24)
