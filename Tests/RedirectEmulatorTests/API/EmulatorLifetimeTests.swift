import Glibc
import RedirectEmulator
import Synchronization
import TestSupport
import Testing

/// Each of these counts what the process holds, so each runs in a process of its own.
@Suite("What an emulator releases when it ends, however it ends")
struct EmulatorLifetimeTests {
  /// An address on which no other test listens: a port of it that is free stays so.
  private static let address: (text: String, number: UInt32) = ("127.0.77.1", 0x7F00_4D01)

  @Test("a forgotten emulator releases its port, threads and files, whatever its clients are doing")
  func forgotten() async {
    await #expect(processExitsWith: .success) {
      _ = try Self.serveAndForget()
      let before = ProcessState.descriptors
      let (port, clients) = try Self.serveAndForget()
      #expect(ProcessState.descriptors == before + clients.count)
      #expect(becomesTrue { ProcessState.threads(named: "emulator-") == 0 })
      #expect(becomesTrue { ProcessState.threads(named: "background") == 0 })
      for client in clients { _ = try? client.readToEnd() }
      var configuration = Configuration()
      configuration.host = Self.address.text
      configuration.port = port
      try Emulator.startBlocking(configuration).stop()
    }
  }

  /// Lets clients of every kind do something that does not end, and forgets the emulator.
  private static func serveAndForget() throws -> (port: UInt16, [RawClient]) {
    var configuration = Configuration()
    configuration.host = address.text
    configuration.threads = 2
    let emulator = try Emulator.startBlocking(configuration)
    try emulator.load(scenario: "rules: [{ name: hang, fault: hang }]")
    let idle = try RawClient(port: emulator.port, address: address.number)
    let idleOverTLS = try RawClient(port: emulator.port, address: address.number, .https)
    let slow = try RawClient(port: emulator.port, address: address.number)
    try slow.send("POST /calling")
    let reader = try RawClient(port: emulator.port, address: address.number)
    try reader.send("GET /_emulator/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    _ = try reader.readText { $0.contains("retry:") }
    let hanging = try RawClient(port: emulator.port, address: address.number)
    try hanging.send(RedirectRequest(authorization: "Bearer " + (try emulator.token())).bytes)
    try #require(becomesTrue { emulator.requests.count == 1 })
    try idle.send("GET /_emulator/requests HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    #expect(try idle.readResponse().status == 200)
    #expect(ProcessState.threads(named: "background") == 1)
    #expect(ProcessState.threads(named: "emulator-\(emulator.port)") == 2)
    return (emulator.port, [idle, idleOverTLS, slow, reader, hanging])
  }

  @Test("a resource holds its emulator")
  func resource() async throws {
    let resource = try Emulator.startBlocking().makeResource()
    let start = try #require(resource.connectionString.firstRange(of: "127.0.0.1:")?.upperBound)
    let port = try #require(UInt16(resource.connectionString[start...].prefix { $0.isNumber }))
    let client = try RawClient(port: port)
    try client.send(RedirectRequest(authorization: "Bearer " + (try resource.token())).bytes)
    #expect(try client.readResponse().status == 204)
    #expect(resource.requests.count == 1)
  }

  @Test("an emulator whose last holder is on its own thread ends, too")
  func forgottenByItself() async {
    await #expect(processExitsWith: .success) {
      let held = Mutex<Emulator?>(nil)
      var configuration = Configuration()
      configuration.host = Self.address.text
      configuration.threads = 2
      configuration.logLevel = .debug
      configuration.log = { _ in
        let last = held.withLock { held in
          defer { held = nil }
          return held
        }
        _ = consume last
      }
      let port = try {
        let emulator = try Emulator.startBlocking(configuration)
        held.withLock { $0 = emulator }
        return emulator.port
      }()
      #expect(ProcessState.threads(named: "emulator-\(port)") == 2)
      _ = try? RawClient(port: port, address: Self.address.number).readToEnd()
      #expect(becomesTrue { ProcessState.threads(named: "emulator-") == 0 })
      configuration.port = port
      configuration.log = nil
      try Emulator.startBlocking(configuration).stop()
    }
  }

  @Test("a start that fails after it has listened leaves nothing open")
  func badCertificate() async {
    await #expect(processExitsWith: .success) {
      try Emulator.startBlocking().stop()
      let before = ProcessState.descriptors
      var configuration = Configuration()
      configuration.threads = 3
      configuration.tls.certificate = ("no certificate", "no key")
      #expect(throws: ConfigurationError.self) { try Emulator.startBlocking(configuration) }
      #expect(ProcessState.descriptors == before)
      #expect(becomesTrue { ProcessState.threads(named: "emulator-") == 0 })
    }
  }

  @Test("a start that runs out of descriptors, at whichever, leaves nothing open")
  func fewDescriptors() async {
    await #expect(processExitsWith: .success) {
      var configuration = Configuration()
      configuration.threads = 3
      try Emulator.startBlocking(configuration).stop()
      let before = ProcessState.descriptors
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      var failures = 0
      for allowed in 0..<100 {
        var few = rlimit(rlim_cur: rlim_t(allowed), rlim_max: limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &few)
        let emulator = try? Emulator.startBlocking(configuration)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        if let emulator {
          emulator.stop()
        } else {
          failures += 1
          #expect(becomesTrue { ProcessState.threads(named: "emulator-") == 0 })
        }
        #expect(ProcessState.descriptors == before, "with \(allowed) allowed")
        if emulator != nil { break }
      }
      // Three listeners, and for each an epoll, an event and, where there is one to be had, a reserve.
      #expect(failures >= 9)
    }
  }

  @Test("a start that gets no thread leaves nothing open")
  func noThread() async {
    await #expect(processExitsWith: .success) {
      try Emulator.startBlocking().stop()
      let before = ProcessState.descriptors
      try #require(ProcessState.forbidThreads())
      var configuration = Configuration()
      configuration.threads = 3
      #expect {
        try Emulator.startBlocking(configuration)
      } throws: { error in
        (error as? StartError)?.description.contains("pthread_create") == true
      }
      #expect(ProcessState.descriptors == before)
      #expect(becomesTrue { ProcessState.threads(named: "emulator-") == 0 })
    }
  }
}
