import CSystem
import Core
import EventLoop
import Glibc
import Synchronization

/// Work that may block, on a thread of its own, so that signals are handled meanwhile.
final class Work<Value: Sendable>: Sendable {
  /// Readable when it is done. It stays open: a process does this only a few times in its life, and the number of its
  /// descriptors does not change when the work is done.
  let done: Int32

  private let result = Guarded<Value?>(nil)
  private let thread = Guarded<LoopThread?>(nil)

  /// - Parameter name: the thread's name in debuggers.
  /// - Throws: ``Failure/system(_:)``.
  init(named name: String, _ body: @escaping @Sendable () -> Value) throws(Failure) {
    done = eventfd(0, Int32(EFD_CLOEXEC))
    guard done >= 0 else { throw .system("eventfd: \(String(cString: strerror(errno)))") }
    do {
      let started = try LoopThread(named: name) { [self] in
        let value = body()
        result.withLock { $0 = value }
        var one: UInt64 = 1
        _ = write(done, &one, MemoryLayout<UInt64>.size)
      }
      thread.withLock { $0 = started }
    } catch {
      throw .system("\(error)")
    }
  }

  /// The result, once it is done; nil before.
  func finish() -> Value? {
    let value = result.withLock { $0 }
    if value != nil { thread.withLock { $0.take() }?.join() }
    return value
  }
}
