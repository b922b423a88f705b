import CSystem
import Core
import EventLoop
import Glibc
import RedirectEmulator
import Scenarios

/// Loads scenario files again when they change in any way. If the new files are wrong, that is reported, and the rules
/// stay as they were. Each reload, each failed reload, and each file that disappears is one line of the log.
final class ScenarioWatcher: Sendable {
  private let inotify: Int32
  private let stopping: Int32
  private let work: Work<Void>

  /// - Parameters:
  ///   - log: gets lines of `level` and above.
  ///   - subject: the option or variable that asks for it, for messages.
  init(
    _ files: ScenarioFiles, _ emulator: Emulator, _ log: LogOutput, _ level: LogLine.Level,
    _ subject: String
  ) throws(Failure) {
    let inotify = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    let stopping = eventfd(0, Int32(EFD_CLOEXEC))
    self.inotify = inotify
    self.stopping = stopping
    guard inotify >= 0, stopping >= 0 else {
      throw .system("\(subject): \(String(cString: strerror(errno)))")
    }
    var paths = WatchedPaths(files, descriptor: inotify)
    // Changes from here on are seen, even before the thread runs.
    let seen = paths.look()
    let reloader = ScenarioReloader(files, emulator, log, level)
    let watched = paths
    work = try Work(named: "watch") {
      var watch = Watch(paths: watched, reloader: reloader, seen: seen)
      watch.run(until: stopping)
    }
  }

  /// How long the end waits for the watching to end, in milliseconds.
  private static let grace: Int32 = 200

  /// Ends watching. A thread that reads from a hanging disk is left alone until the process ends.
  func stop() {
    if work.finish() != nil { return }
    var one: UInt64 = 1
    _ = write(stopping, &one, MemoryLayout<UInt64>.size)
    var done = pollfd(fd: work.done, events: Int16(POLLIN), revents: 0)
    while poll(&done, 1, Self.grace) < 0, errno == EINTR {}
    guard work.finish() != nil else { return }
    close(inotify)
    close(stopping)
  }
}

/// The state of the thread of a ``ScenarioWatcher``.
private struct Watch {
  var paths: WatchedPaths
  var reloader: ScenarioReloader
  /// The files that existed when the rules were loaded, or should have been.
  var seen: [WatchedPaths.Entry]
  /// The files that existed at the last look by the clock.
  var settling: [WatchedPaths.Entry]?
  /// When a missing file counts as gone: by then an editor would have written it again.
  var goneAt: UInt64?
  /// When to look again by the clock.
  var clockAt = Self.now + Self.interval

  /// How long a file may be missing before that is reported, in nanoseconds.
  private static let patience: UInt64 = 200_000_000
  /// The time between two looks by the clock, in nanoseconds. No event reports a change by another machine in a shared
  /// folder, a mount, or a file that is written and stays open.
  private static let interval: UInt64 = 1_000_000_000

  init(paths: WatchedPaths, reloader: ScenarioReloader, seen: [WatchedPaths.Entry]) {
    self.paths = paths
    self.reloader = reloader
    self.seen = seen
  }

  mutating func run(until stopping: Int32) {
    while true {
      var descriptors = [
        pollfd(fd: paths.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stopping, events: Int16(POLLIN), revents: 0),
      ]
      let due = min(goneAt ?? .max, clockAt)
      let ready = poll(
        &descriptors, 2, Int32(clamping: (due &- min(due, Self.now)) / 1_000_000 + 1))
      if ready < 0, errno != EINTR { return }
      if descriptors[1].revents != 0 { return }
      if ready > 0 {
        switch paths.takeEvents() {
        case .nothing: break
        case .gone: look(.gone)
        case .attributes: if reloader.hasFailed { look(.changed) }
        case .changed: look(.changed)
        }
      }
      // This is also needed while events come one after another: a folder on the way may be used by everybody.
      if let due = goneAt, Self.now >= due { look(.gone) }
      if Self.now >= clockAt {
        clockAt = Self.now + Self.interval
        look(.clock)
      }
    }
  }

  private static var now: UInt64 { SystemCall.monotonicNow() }

  private enum Reason {
    case changed, gone, clock
  }

  private mutating func look(_ reason: Reason) {
    let found = paths.look()
    let isGone = isAnyGone(found)
    // A named file is waited for a moment, even if others have changed: nothing can be loaded without it.
    if isGone.named || (isGone.others && reason != .changed) {
      guard let due = goneAt, Self.now >= due else {
        if goneAt == nil { goneAt = Self.now + Self.patience }
        return
      }
    }
    goneAt = nil
    if isGone.named {
      for entry in seen where entry.isNamed && entry.version != nil {
        if found.contains(where: { $0.path == entry.path && $0.isNamed && $0.version == nil }) {
          reloader.tellGone(entry.path)
        }
      }
      seen = found
      return
    }
    switch reason {
    case .changed: break
    case .gone: if !isGone.others { return }
    case .clock:
      defer { settling = found }
      // A file that may still be being written is left alone until it stays the same.
      guard found != seen, found == settling else { return }
    }
    let changed = Set(found).symmetricDifference(seen).map(\.path)
    seen = found
    reloader.reload(changed)
  }

  /// Whether files are missing that existed before: those that options name, and those in folders.
  private func isAnyGone(_ found: [WatchedPaths.Entry]) -> (named: Bool, others: Bool) {
    let there = Set(found.filter { $0.version != nil }.map(\.path))
    let gone = seen.filter { $0.version != nil && !there.contains($0.path) }
    return (gone.contains(where: \.isNamed), gone.contains { !$0.isNamed })
  }
}

/// Loads the rules again, and reports it.
private struct ScenarioReloader {
  private let files: ScenarioFiles
  private let emulator: Emulator
  private let log: LogOutput
  private let level: LogLine.Level
  /// Whether the last reload failed, or a file is missing.
  private(set) var hasFailed = false

  /// The most paths and causes in one line.
  private static let most = 5

  init(
    _ files: ScenarioFiles, _ emulator: Emulator, _ log: LogOutput, _ level: LogLine.Level
  ) {
    self.files = files
    self.emulator = emulator
    self.log = log
    self.level = level
  }

  /// - Parameter changed: the files that caused it; all files if it is empty.
  mutating func reload(_ changed: [Path]) {
    let name = names(changed)
    do throws(Failure) {
      let scenario = try files.load(takesPipes: false).scenario ?? Scenario()
      let count = scenario.ruleCount
      if let old = emulator.replaceIfChanged(scenario) {
        let before = old.ruleCount
        let changes = scenario.changes(from: old)
        write(
          .notice, "reload of \(name): \(count) rules, \(before) before; \(Self.list(changes))")
      } else if hasFailed {
        write(.notice, "reload of \(name): \(count) rules, as before")
      }
      hasFailed = false
    } catch {
      hasFailed = true
      write(
        .error,
        "reload of \(name): error: \(Self.list(error.lines, "; ")); the rules stay as they were")
    }
  }

  mutating func tellGone(_ path: Path) {
    hasFailed = true
    write(
      .warning, "\(ShownText.line(path.bytes)) disappeared; the rules stay as they were")
  }

  private func names(_ changed: [Path]) -> String {
    var paths = Array(Set(changed)).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    if paths.isEmpty {
      paths = files.sources.compactMap { if case .path(let path, _) = $0 { path } else { nil } }
    }
    return Self.list(paths.map { ShownText.line($0.bytes) })
  }

  private static func list(_ texts: [String], _ separator: String = ", ") -> String {
    let rest = texts.count - most
    return texts.prefix(most).joined(separator: separator) + (rest > 0 ? " and \(rest) more" : "")
  }

  private func write(_ level: LogLine.Level, _ message: String) {
    guard level >= self.level else { return }
    log.ring.append(log.format.bytes(of: LogLine(level, message), hasColours: log.hasColours))
  }
}
