import Foundation
import Glibc
import Synchronization
import TestSupport

/// An app's webhook for tests: it keeps what it got, and responds as it is told, on a free port of this machine.
final class TestWebhook: Sendable {
  struct Request: Sendable {
    let head: String
    let body: [UInt8]
    /// Which connection it came on, from 0.
    let connection: Int

    /// A field's value; nil where it is not there.
    func field(_ name: String) -> String? {
      for line in head.components(separatedBy: "\r\n").dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.first?.lowercased() == name.lowercased(), parts.count == 2 {
          return parts[1].trimmingCharacters(in: .whitespaces)
        }
      }
      return nil
    }

    var json: JSON {
      get throws { try JSON(body) }
    }
  }

  /// What it does with a request.
  enum Reaction: Sendable {
    /// These bytes are sent, and the connection continues.
    case response(String)
    /// These bytes are sent, and the connection is closed.
    case last(String)
    /// Nothing is sent, ever.
    case silence

    static func status(_ status: Int, _ body: String = "", type: String = "application/json")
      -> Reaction
    {
      .response(
        "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      )
    }
  }

  typealias Handler = @Sendable (Request, Int) -> Reaction

  let port: UInt16
  private let descriptor: Int32
  private let lock = NSCondition()
  /// Guarded by the lock.
  nonisolated(unsafe) private var received: [Request] = []
  nonisolated(unsafe) private var connections: [Int32] = []
  nonisolated(unsafe) private var isClosed = false
  private let handler: Handler

  /// - Parameter handler: gets each request, and how many came before it.
  init(_ handler: @escaping Handler) throws {
    self.handler = handler
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && listen(descriptor, 1_024) == 0
          && getsockname(descriptor, pointer, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard result else { throw RawClient.Failure(description: "no port to listen on") }
    Thread.detachNewThread { [self] in accepting() }
  }

  convenience init(always reaction: Reaction) throws {
    try self.init { _, _ in reaction }
  }

  func url(_ path: String = "/api/incomingCall") -> String { "http://127.0.0.1:\(port)\(path)" }

  var requests: [Request] { lock.withLock { received } }

  /// Waits until this many requests have come.
  func waits(for count: Int, seconds: Double = 20) -> [Request] {
    let deadline = Date(timeIntervalSinceNow: seconds)
    lock.lock()
    defer { lock.unlock() }
    while received.count < count, lock.wait(until: deadline) {}
    return received
  }

  /// Closes the port and all connections: nobody listens there any more.
  func stop() {
    lock.withLock {
      guard !isClosed else { return }
      isClosed = true
      shutdown(descriptor, Int32(SHUT_RDWR))
      close(descriptor)
      for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }
  }

  private func accepting() {
    while true {
      let connection = accept(descriptor, nil, nil)
      guard connection >= 0 else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        return
      }
      let number = lock.withLock { () -> Int? in
        if isClosed { return nil }
        connections.append(connection)
        return connections.count - 1
      }
      guard let number else {
        close(connection)
        return
      }
      Thread.detachNewThread { [self] in serve(connection, number) }
    }
  }

  private func serve(_ connection: Int32, _ number: Int) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let end = Array("\r\n\r\n".utf8)
    defer {
      lock.withLock {
        connections[number] = -1
        close(connection)
      }
    }
    while true {
      while let range = Data(bytes).range(of: Data(end)) {
        let head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
        let request = Request(head: head, body: [], connection: number)
        let length = request.field("Content-Length").flatMap { Int($0) } ?? 0
        guard bytes.count >= range.upperBound + length else { break }
        let body = Array(bytes[range.upperBound..<(range.upperBound + length)])
        bytes.removeFirst(range.upperBound + length)
        let whole = Request(head: head, body: body, connection: number)
        let before = lock.withLock { received.count }
        let reaction = handler(whole, before)
        lock.withLock {
          received.append(whole)
          lock.broadcast()
        }
        switch reaction {
        case .response(let text):
          if (try? RawClient.send(Array(text.utf8), on: connection)) == nil { return }
        case .last(let text):
          try? RawClient.send(Array(text.utf8), on: connection)
          return
        case .silence: break
        }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes.append(contentsOf: buffer[..<count])
    }
  }
}
