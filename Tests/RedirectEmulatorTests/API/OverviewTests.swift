// What the library's page shows first, word for word.
import RedirectEmulator
import Testing

@Test func retriesThrottledCalls() async throws {
  let emulator = try await Emulator.start()
  defer { emulator.stop() }
  try emulator.load(
    scenario: """
      rules:
        - { name: throttled twice, attempts: 1..2, respond: { status: 429, retryAfter: 100ms } }
      """)
  try await MyCallRouter(connectionString: emulator.httpConnectionString).redirect(incoming)
  let verification = emulator.verify(
    Expectations(executed: 1, statuses: [429, 429, 204], honoursRetryAfter: true))
  #expect(verification.passed)
}
