from calendar_service.entrance.packing import *  # noqa: F403 - moved: import it from calendar_service.entrance
