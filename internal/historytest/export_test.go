package historytest

// The parts of ReplayAll, for tests of how it fails.
var (
	Recordings = recordings
	ReplayFile = replayFile
)
