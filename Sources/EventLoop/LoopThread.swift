import CSystem
import Core
import Glibc
import Synchronization

/// A thread that runs one loop.
package final class LoopThread: Sendable {
  private let thread: Guarded<pthread_t?>

  /// The values that a thread starts with, in an object, because a C thread takes one pointer.
  private final class Start {
    let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Starts a thread that runs `body`. What `body` captures moves to the thread: the caller keeps nothing of
  /// it.
  ///
  /// - Parameter name: what `top -H` and debuggers show of the thread: 15 bytes of it.
  package init(named name: String, _ body: sending @escaping () -> Void) throws(Errno) {
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(body))
    let result = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        // Signals are for the threads that wait for them. SIGPIPE among them: libssl writes with write(2), which
        // then only returns EPIPE.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, start.toOpaque())
    if result != 0 {
      start.release()
      throw Errno(result, in: "pthread_create")
    }
    csystem_name_thread(thread, String(name.prefix(15)))
    self.thread = Guarded(thread)
  }

  /// Waits until the thread has ended. A second call returns at once, and so does the thread's own: it cannot wait for
  /// itself, and ends on its own.
  package func join() {
    let thread = self.thread.withLock { stored -> pthread_t? in
      defer { stored = nil }
      return stored
    }
    guard let thread else { return }
    if pthread_equal(thread, pthread_self()) != 0 {
      pthread_detach(thread)
    } else {
      pthread_join(thread, nil)
    }
  }
}
