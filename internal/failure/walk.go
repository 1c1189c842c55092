package failure

// Walk calls visit with each error of a tree, the outer ones first, until visit
// says that it has seen enough. One walk with a type switch is far quicker than
// errors.As for each type.
func Walk(err error, visit func(error) (enough bool)) bool {
	for err != nil {
		if visit(err) {
			return true
		}
		switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		case interface{ Unwrap() []error }:
			for _, inner := range x.Unwrap() {
				if Walk(inner, visit) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}
