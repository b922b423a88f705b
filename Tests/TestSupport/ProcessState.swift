import CSystem
import Core
import Glibc

/// What this process holds of the system, by /proc.
package enum ProcessState {
  /// How many descriptors are open.
  package static var descriptors: Int {
    // Reading the folder takes one.
    names(in: "/proc/self/fd").count - 1
  }

  /// How many threads have a name that begins so.
  package static func threads(named prefix: String) -> Int {
    names(in: "/proc/self/task").filter { name(ofThread: $0).hasPrefix(prefix) }.count
  }

  /// Lets this process get no thread any more: each is to have a stack as large as all addresses.
  ///
  /// - Returns: whether the system took the limit.
  package static func forbidThreads() -> Bool {
    typealias SetDefault = @convention(c) (UnsafePointer<pthread_attr_t>) -> Int32
    // Glibc's module does not show it: it is declared with _GNU_SOURCE only.
    guard let symbol = dlsym(nil, "pthread_setattr_default_np") else { return false }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 1 << 47)
    return unsafeBitCast(symbol, to: SetDefault.self)(&attributes) == 0
  }

  private static func names(in folder: String) -> [String] {
    (Path(folder).names() ?? []).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Empty for a thread that has ended meanwhile.
  private static func name(ofThread id: String) -> String {
    guard let file = fopen("/proc/self/task/\(id)/comm", "re") else { return "" }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 32)
    guard fgets(&line, Int32(line.count), file) != nil else { return "" }
    return String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init), as: UTF8.self)
  }
}
