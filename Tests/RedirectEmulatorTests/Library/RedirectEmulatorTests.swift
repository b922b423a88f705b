import RedirectEmulator
import TestSupport
import Testing

@Suite struct RedirectEmulatorTests {
  @Test("an emulator is ready when it was started, and its port is free again when it was stopped")
  func life() async throws {
    let emulator = try await RedirectEmulator.start()
    let port = emulator.port
    _ = try RawClient(port: port)
    emulator.stop()
    #expect(throws: RawClient.Failure.self) { _ = try RawClient(port: port) }
  }
}
