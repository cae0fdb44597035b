from calendar_service.entrance.assets import *  # noqa: F403 - moved: import it from calendar_service.entrance
