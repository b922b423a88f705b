"""The official SDKs of four languages, run against the emulator: what they need, how they are driven, and what is asked of them."""

LANGUAGES = ["python", "javascript", "java", "dotnet"]
