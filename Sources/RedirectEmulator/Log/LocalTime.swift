import Core
import Glibc
import Synchronization

/// The time of day where the program runs.
enum LocalTime {
  /// Appends `23:08:47.021`.
  static func append(_ instant: Instant, to output: inout [UInt8]) {
    let seconds = instant.seconds
    let second = (seconds &+ offset(at: seconds)) % secondsOfDay
    output.appendTimeOfDay(second: second < 0 ? second &+ secondsOfDay : second)
    output.append(ASCII.fullStop)
    output.appendDecimal(instant.millisecondOfSecond, digits: 3)
  }

  private static let secondsOfDay: Int64 = 86_400
  /// The last minute that was asked for, counted from 1970, with its offset plus ``bias`` in the low 20 bits. It is one
  /// word, so threads that log at the same time need no lock.
  private static let known = Atomic<Int64>(.min)
  /// Makes every offset positive: offsets are less than two days.
  private static let bias: Int64 = 1 << 19

  /// Seconds that local time is ahead of UTC. The zone's rules are read once a minute: that costs as much as a line's
  /// other parts together, and offsets change at whole minutes.
  private static func offset(at seconds: Int64) -> Int64 {
    let number = seconds / 60
    let word = known.load(ordering: .relaxed)
    if word >> 20 == number { return (word & 0xF_FFFF) - bias }
    var time = time_t(seconds)
    var parts = tm()
    localtime_r(&time, &parts)
    let offset = Int64(parts.tm_gmtoff)
    known.store(number << 20 | (offset + bias), ordering: .relaxed)
    return offset
  }
}
