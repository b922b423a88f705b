import Glibc

/// How many descriptors the process may have: RLIMIT_NOFILE, getrlimit(2).
enum DescriptorLimit {
  /// Descriptors besides the connections': the loops', the listeners', files.
  private static let others = 256

  /// Raises the soft limit, which is often 1,024, as far as this many connections need it and the hard limit allows. It
  /// is for a process that runs no other program: that would inherit the limit, and may still use select(2).
  static func raise(forConnections count: Int) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let wanted = min(rlim_t(count + others), limit.rlim_max)
    guard limit.rlim_cur < wanted else { return }
    limit.rlim_cur = wanted
    // If it fails, the limit stays as it was. Connections beyond it are refused.
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
