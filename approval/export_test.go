package approval

import (
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// Standing returns how the gates of a run stand, for tests of workflow code.
func (g *Gates) Standing() (protocol.Status, error) { return queries{g}.status() }
