"""leadgate: decides, lead by lead, who is ready to buy, with reasons and with proof."""

from leadgate.config import Config
from leadgate.errors import LeadgateError

__version__ = "0.1.0"
__all__ = ["Config", "LeadgateError", "__version__"]
