package approval

import (
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// fitness reports why data cannot take the place of a subject. It depends on the
// program, so it is asked by validators and in side effects only: what history has
// counted is never judged again.
type fitness func(now subject, data wire.Raw) error

// fits returns the fitness of subjects of type T that accepts takes.
func fits[T any](accepts func(T) error) fitness {
	return func(now subject, data wire.Raw) (err error) {
		v, err := wire.Decode[T](now.with(data).raw())
		if err != nil || accepts == nil {
			return err
		}
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("Request.Accepts panicked; correct it")
			}
		}()
		return accepts(v)
	}
}
