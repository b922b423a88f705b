import helper from "./index.js";

export const { Emulator, EmulatorError, Resource, VerificationError, binary, existing, resource, start } = helper;
