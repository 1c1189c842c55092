package approval

// Standing returns how the gates of a run stand, for tests of workflow code.
func (g *Gates) Standing() (Status, error) { return g.status() }
