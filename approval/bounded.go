package approval

import (
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// maxResult bounds the bytes of the result of a workflow from [NewWorkflow], roughly: the
// server ends a run whose result has over 2 MB.
const maxResult = 1 << 20

// bounded returns an outcome that fits into a workflow's result. When the votes are
// too large, it cuts their comments at 500 bytes, then leaves out groups and
// comments, and at last the latest votes.
func bounded[T any](out Outcome[T]) Outcome[T] {
	for _, less := range []func(i int){
		func(int) {},
		func(i int) { out.Votes[i].Comment = truncate(out.Votes[i].Comment) },
		func(i int) { out.Votes[i].Actor.Groups, out.Votes[i].Comment = nil, "" },
	} {
		for i := range out.Votes {
			less(i)
		}
		if fitting(out) {
			return out
		}
	}
	for len(out.Votes) > 0 && !fitting(out) {
		out.Votes = out.Votes[:len(out.Votes)/2]
	}
	return out
}

func fitting(out any) bool {
	size, err := wire.Size(out)
	return err != nil || size <= maxResult
}
