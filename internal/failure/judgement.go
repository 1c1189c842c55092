package failure

import "context"

// A Judgement tells whoever stands further out how an error was judged by Lift,
// before it became what Temporal is told.
type Judgement struct {
	// Noted says that there was an error to judge.
	Noted bool
	Class Class
	// Classified says that a classifier has judged it, and not the error itself.
	Classified bool
	// NoEffect says that the error was marked so.
	NoEffect bool
}

type judgementKey struct{}

// WithJudgement returns a context in which Lift notes its last judgement in j.
func WithJudgement(ctx context.Context, j *Judgement) context.Context {
	return context.WithValue(ctx, judgementKey{}, j)
}

func note(ctx context.Context, l Lifted, classified bool) {
	if j, ok := ctx.Value(judgementKey{}).(*Judgement); ok {
		*j = Judgement{Noted: true, Class: l.Class, Classified: classified, NoEffect: HadNoEffect(l.err)}
	}
}
