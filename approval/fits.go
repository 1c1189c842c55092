package approval

import (
	"errors"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// fitness reports why data cannot take the place of a subject. It depends on the
// program, so it is asked by validators and in side effects only: what history has
// counted is never judged again.
type fitness func(now protocol.Subject, data wire.RawJSON) error

// fits returns the fitness of subjects of type T that accepts takes.
func fits[T any](accepts func(T) error) fitness {
	return func(now protocol.Subject, data wire.RawJSON) (err error) {
		v, err := wire.DecodeEdit[T](now.Raw(), now.With(data).Raw())
		if err != nil || accepts == nil {
			return err
		}
		defer func() { // of the user's function, which does not block
			if p := recover(); p != nil {
				err = errors.New("Request.ValidateSubject panicked; correct it")
			}
		}()
		return accepts(v)
	}
}

// alike is the fitness of subjects whose type is known to the parent only.
func alike(now protocol.Subject, data wire.RawJSON) error { return wire.Alike(now.Data, data) }

// fit refuses what cannot be a subject; none is fine.
func (g *gate) fit(data wire.RawJSON) error {
	switch {
	case len(data) == 0:
		return nil
	case g.fits == nil:
		return refusal(ReasonNotOpen, g.id, "the workflow does not wait for it yet; try again later")
	}
	if err := g.fits(g.subject, data); err != nil {
		return refusal(ReasonMalformed, g.id, "the subject does not fit: "+strings.ToValidUTF8(cut(err.Error()), "\ufffd"))
	}
	return nil
}
