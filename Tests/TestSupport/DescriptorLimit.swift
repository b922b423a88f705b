import Glibc

/// How many descriptors a process may have: RLIMIT_NOFILE.
package enum DescriptorLimit {
  /// Whether a process may raise its limit to this many.
  package static func allows(_ count: Int) -> Bool { limit.rlim_max >= count }

  /// Raises this process's soft limit as far as is needed and as the hard one allows; it is never lowered.
  ///
  /// - Returns: whether this many may be had.
  package static func raise(to count: Int) -> Bool {
    var limit = limit
    if limit.rlim_cur < count {
      limit.rlim_cur = min(rlim_t(count), limit.rlim_max)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    return limit.rlim_cur >= count
  }

  private static var limit: rlimit {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return limit
  }
}
