"""A BentoML endpoint that does nothing, as BentoML's users write it: the yardstick."""

import bentoml


@bentoml.service(name="Empty", workers=1)
class Empty:
    """Answers with nothing."""

    @bentoml.api(route="/nothing")
    async def nothing(self) -> str:
        """Return nothing."""
        return ""
