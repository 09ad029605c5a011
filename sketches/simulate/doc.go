// Package simulate runs devices without hardware against a server, over HTTP, and checks every answer.
//
// It is written from PROTOCOL.md alone and imports nothing else of this module, so that it judges the server
// independently. Each device is one goroutine with its own due times: it registers, sends heartbeats and readings, fetches
// its screen, installs and confirms firmware, executes commands. An answer that contradicts PROTOCOL.md becomes a
// Violation in the Report; a refusal that PROTOCOL.md foresees (401, 403, 404, 409, 429, 503) makes the device back off as
// a sketch would, and a broken connection is counted apart, so the server may be restarted while devices run.
//
// Simulated time is real time multiplied by Config.Speed. Intervals that a device keeps (heartbeats, screens, checks) are
// simulated; retry_after_seconds and the timestamps of readings are on the server's clock.
package simulate
