from calendar_service.entrance.errors import *  # noqa: F403 - moved: import it from calendar_service.entrance
