package approvalclient

import "github.com/temporal-patterns/temporal-patterns/signals"

// A Ref names a workflow run, as in package signals.
type Ref = signals.Ref
