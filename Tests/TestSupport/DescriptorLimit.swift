import Glibc

/// How many descriptors this process may have.
package enum DescriptorLimit {
  /// Raises the soft limit as far as is needed and as the hard one allows. Others of this process keep theirs: the
  /// limit is never lowered.
  ///
  /// - Returns: whether so many may be had.
  package static func raise(to count: Int) -> Bool {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return false }
    if limit.rlim_cur >= count { return true }
    limit.rlim_cur = min(rlim_t(count), limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return limit.rlim_cur >= count
  }
}
