import Foundation
import Glibc
import TLS
import TestSupport
import Testing

/// Runs of the `openssl` command.
enum OpenSSLCommand {
  /// Seconds that a test waits for the command at most.
  private static let patience = 20.0

  /// Runs it to its end.
  static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = try start(arguments)
    let output = read(process)
    return (try #require(process.wait()), output)
  }

  /// Runs `s_client` against a server that takes one connection, sends a line and ends it.
  /// - Parameter typed: what the client's user types; the server then reads to the client's end instead.
  static func client(
    _ context: TLSServerContext, _ arguments: [String], typed: String? = nil
  ) throws -> (server: TLSSession.Handshake, isResumed: Bool, output: String) {
    signal(SIGPIPE, SIG_IGN)
    let (listener, port) = try listen()
    defer { close(listener) }
    let process = try start(
      ["s_client", "-connect", "127.0.0.1:\(port)"] + (typed == nil ? ["-ign_eof"] : [])
        + arguments,
      typed: typed)
    try wait(listener, POLLIN)
    let socket = accept(listener, nil, nil)
    try #require(socket >= 0 && fcntl(socket, F_SETFL, O_NONBLOCK) == 0)
    let session = try TLSSession(context: context, descriptor: socket)
    var seen = session.handshake()
    while seen == .wantRead || seen == .wantWrite {
      try wait(socket, seen == .wantRead ? POLLIN : POLLOUT)
      seen = session.handshake()
    }
    if seen == .done {
      // A line of the server's in the middle of a renegotiation would be the client's error, not ours.
      if typed != nil {
        try readToEnd(session, socket)
      } else {
        try #require(session.send(Array("a line of the server\n".utf8)) == .bytes(21))
      }
      session.shutdown()
    }
    // Not closed at once: unread bytes would turn the close into a reset that overtakes what was sent.
    shutdown(socket, Int32(SHUT_WR))
    var chunk = [UInt8](repeating: 0, count: 4_096)
    repeat { try wait(socket, POLLIN) } while recv(socket, &chunk, chunk.count, 0) > 0
    close(socket)
    let output = read(process)
    _ = process.wait()
    return (seen, session.isResumed, output)
  }

  private static func readToEnd(_ session: TLSSession, _ socket: Int32) throws {
    var bytes: [UInt8] = []
    while true {
      switch session.receive(into: &bytes) {
      case .bytes: continue
      case .wantRead: try wait(socket, POLLIN)
      case .wantWrite: try wait(socket, POLLOUT)
      case .end, .failed: return
      }
    }
  }

  private static func start(_ arguments: [String], typed: String? = nil) throws -> StartedProgram {
    try StartedProgram(
      "/usr/bin/openssl", arguments, input: typed.map { .bytes(Array($0.utf8)) } ?? .empty,
      output: .pipe(withErrors: true))
  }

  private static func read(_ process: StartedProgram) -> String {
    String(decoding: process.readToEnd(), as: UTF8.self)
  }

  private static func wait(_ descriptor: Int32, _ events: Int32) throws {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    try #require(poll(&entry, 1, Int32(patience * 1_000)) == 1, "nothing in \(patience) s")
  }

  private static func listen() throws -> (descriptor: Int32, port: Int) {
    let descriptor = socket(
      AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var count = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port: UInt16? = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard bind(descriptor, address, count) == 0, Glibc.listen(descriptor, 1) == 0,
          getsockname(descriptor, address, &count) == 0
        else { return nil }
        return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          UInt16(bigEndian: $0.pointee.sin_port)
        }
      }
    }
    return (descriptor, Int(try #require(port)))
  }
}

/// A folder that is gone after the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/redirect-emulator-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
    return "\(path)/\(name)"
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }
}
