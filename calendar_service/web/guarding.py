from calendar_service.entrance.guarding import *  # noqa: F403 - moved: import it from calendar_service.entrance
