import CSystem
import Core
import EventLoop
import Glibc
import RedirectEmulator

/// Loads scenario files anew when they change. A file that is bad then is reported, and the rules stay as they were.
///
/// It watches the files' folders, because editors write a new file and rename it over the old one.
final class ScenarioWatcher: Sendable {
  private let inotify: Int32
  private let stopping: Int32
  private let work: Work<Void>

  /// - Parameter subject: how messages name what asks for it: an option or a variable.
  init(
    _ files: ScenarioFiles, _ emulator: Emulator, _ log: LineRing, _ subject: String
  ) throws(Failure) {
    let inotify = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    let stopping = eventfd(0, Int32(EFD_CLOEXEC))
    self.inotify = inotify
    self.stopping = stopping
    guard inotify >= 0, stopping >= 0 else {
      throw .system("\(subject): \(String(cString: strerror(errno)))")
    }
    // Not IN_CREATE: a file that was only just made is not written yet.
    let mask = UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO)
    for folder in Set((files.paths + files.paths.compactMap(Self.target)).map(\.folder)) {
      guard folder.withCString({ inotify_add_watch(inotify, $0, mask) }) >= 0 else {
        throw .system("\(subject): \(folder.shown): \(String(cString: strerror(errno)))")
      }
    }
    work = try Work(named: "watch") {
      Self.watch(inotify, until: stopping) { Self.reload(files, emulator, log) }
    }
  }

  /// How long the end of watching is waited for, in milliseconds.
  private static let grace: Int32 = 200

  /// Ends watching. One that just reads from a disk that hangs is left alone, for the process's end.
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

  private static func watch(_ inotify: Int32, until stopping: Int32, _ changed: () -> Void) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      var descriptors = [
        pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stopping, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&descriptors, 2, -1) < 0 {
        if errno == EINTR { continue }
        return
      }
      if descriptors[1].revents != 0 { return }
      // Which file it was matters not: loading all of them again costs little.
      while read(inotify, &buffer, buffer.count) > 0 {}
      changed()
    }
  }

  private static func reload(
    _ files: ScenarioFiles, _ emulator: Emulator, _ log: LineRing
  ) {
    do throws(Failure) {
      guard let scenario = try files.load(takesPipes: false).scenario else { return }
      if emulator.loadIfChanged(scenario) {
        log.append(
          Array("--watch: loaded \(files.paths.map(\.shown).joined(separator: ", "))\n".utf8))
      }
    } catch {
      log.append(
        Array(
          "--watch: the rules stay as they were:\n\(error.lines.joined(separator: "\n"))\n".utf8))
    }
  }

  /// Where a symbolic link leads in the end.
  private static func target(of path: Path) -> Path? {
    guard let resolved = path.withCString({ realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    return Path(
      UnsafeBufferPointer(start: resolved, count: strlen(resolved)).map { UInt8(bitPattern: $0) })
  }
}
