// Package codegen stands in for the .NET SDK generator, which serving a plugin never calls.
package codegen

// CSharpPackageInfo has the fields the docker-build plugin names when it describes its .NET SDK.
type CSharpPackageInfo struct {
	RespectSchemaVersion bool
	PackageReferences    map[string]string
}
