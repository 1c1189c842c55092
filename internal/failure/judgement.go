package failure

import "context"

// A Judgement tells whoever stands further out how an error was judged by Lift.
type Judgement struct {
	// Classified says that a classifier has judged it, and not the error itself.
	Classified bool
}

type judgementKey struct{}

// WithJudgement returns a context in which Lift notes its judgements.
func WithJudgement(ctx context.Context) (context.Context, *Judgement) {
	j := &Judgement{}
	return context.WithValue(ctx, judgementKey{}, j), j
}

func noteJudgement(ctx context.Context, classified bool) {
	if j, ok := ctx.Value(judgementKey{}).(*Judgement); ok {
		j.Classified = classified
	}
}
