import Glibc

/// How many descriptors the process may have: RLIMIT_NOFILE, getrlimit(2).
enum DescriptorLimit {
  /// Descriptors beside the connections': the loops', the listeners', files.
  private static let others = 256

  /// Raises the soft limit, which is often 1,024, as far as this many connections need it and the hard one allows. For a
  /// process that runs no other program: that one would inherit it, and may still use select(2).
  static func raise(forConnections count: Int) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let wanted = min(rlim_t(count + others), limit.rlim_max)
    guard limit.rlim_cur < wanted else { return }
    limit.rlim_cur = wanted
    // Where it fails there are as many as before: who comes when they have run out is refused.
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
