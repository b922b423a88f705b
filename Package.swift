// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "redirect-emulator",
  products: [
    .library(name: "RedirectEmulator", targets: ["RedirectEmulator"]),
    .executable(name: "redirect-emulator", targets: ["redirect-emulator"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .target(name: "CSystem"),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(name: "LibCrypto", dependencies: ["COpenSSL"], swiftSettings: settings),
    .target(
      name: "EventLoop",
      dependencies: ["CSystem", .product(name: "HeapModule", package: "swift-collections")],
      swiftSettings: settings),
    .target(
      name: "TLS", dependencies: ["COpenSSL", "LibCrypto", "EventLoop"], swiftSettings: settings),
    .target(name: "HTTP1", swiftSettings: settings),
    .target(name: "RedirectCall", dependencies: ["LibCrypto", "HTTP1"], swiftSettings: settings),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: settings),
    .target(
      name: "Scenarios", dependencies: ["RedirectCall", "HTTP1", "YAML"],
      swiftSettings: settings),
    .target(
      name: "RedirectEmulator",
      dependencies: [
        "CSystem", "LibCrypto", "EventLoop", "TLS", "HTTP1", "RedirectCall", "Scenarios",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "redirect-emulator",
      dependencies: [
        "RedirectEmulator", "CSystem", "EventLoop", "HTTP1", "RedirectCall", "Scenarios",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["COpenSSL", "CSystem", "LibCrypto"],
      path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(
      name: "LibCryptoTests", dependencies: ["LibCrypto", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "EventLoopTests", dependencies: ["EventLoop", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "TLSTests", dependencies: ["TLS", "LibCrypto", "EventLoop", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "HTTP1Tests", dependencies: ["HTTP1", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "RedirectCallTests",
      dependencies: ["RedirectCall", "HTTP1", "LibCrypto", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "YAMLTests", dependencies: ["YAML", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "ScenariosTests",
      dependencies: ["Scenarios", "RedirectCall", "HTTP1", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "RedirectEmulatorTests",
      dependencies: [
        "RedirectEmulator", "LibCrypto", "HTTP1", "RedirectCall", "Scenarios", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CommandLineTests", dependencies: ["redirect-emulator", "TestSupport"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)

// The fuzz targets need libFuzzer and are built by scripts/fuzz alone.
if Context.environment["REDIRECT_EMULATOR_FUZZ"] != nil {
  package.products.append(.library(name: "Fuzzing", type: .static, targets: ["Fuzzing"]))
  package.targets.append(
    .target(
      name: "Fuzzing",
      dependencies: ["HTTP1", "LibCrypto", "RedirectCall", "Scenarios", "TestSupport"],
      swiftSettings: settings
    ))
}
