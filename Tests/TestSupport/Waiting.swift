import Glibc

/// Waits until something is so, which another thread or process is about to bring about.
///
/// - Returns: false where it was not so in time.
package func becomesTrue(within seconds: Int = 30, _ condition: () throws -> Bool) rethrows -> Bool
{
  var start = timespec()
  clock_gettime(CLOCK_MONOTONIC, &start)
  while try !condition() {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    if now.tv_sec - start.tv_sec > seconds { return false }
    sched_yield()
  }
  return true
}
