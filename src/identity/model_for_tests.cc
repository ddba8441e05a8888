// The models of tests find who is who as the program does.
#include "identity/resolver.h"
#include "model/testing.h"

namespace weir::model {

TestModel::TestModel(const std::filesystem::path& file) : TestModel(file, std::make_unique<identity::Resolver>()) {}

}  // namespace weir::model
