// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/models.h"

#include <string>
#include <vector>

namespace orrery {

/// The models of this computer, known by their cards. Reads no weights and needs no LibTorch, so that the interface and
/// the command line can list models before the engine is ready.
///
/// A model is a folder with `config.json` (or `model_index.json`). Its card is `card.json`:
///
///     { "id": "picture-clip", "name": "Picture CLIP", "task": "image and text", "summary": "…", "licence":
///     "CC-BY-4.0",
///       "recipe": "orrery-cli train picture-clip --out FOLDER", "data": "…", "seed": 1, "known_names": 1358,
///       "nouns": [ "of models that draw" ],
///       "measures": [ { "name": "drawings top-1", "value": 0.53 } ], "sha256": "… of model.safetensors …" }
///
/// A folder without a card (one from the hub) gets what its configuration tells.
/// Thread: any; reads the disk at every call.
class ModelCatalogue
{
public:
    /// @param builtInFolder  holds one folder a model; empty: findBuiltInFolder()
    /// @param userFolders    the same, for installed models; empty: defaultUserFolder()
    explicit ModelCatalogue(std::string builtInFolder = {}, std::vector<std::string> userFolders = {});

    /// $ORRERY_MODELS, else share/orrery/models beside the program, else resources/models of the source tree that the
    /// program was built in. Empty when there is none.
    static std::string findBuiltInFolder();
    /// $XDG_DATA_HOME/orrery/models, or ~/.local/share/orrery/models.
    static std::string defaultUserFolder();

    /// Built-in models first, each group by id. A damaged folder is listed with `error` set.
    std::vector<ModelCard> list() const;
    /// The card of a built-in or installed id, or of any folder. @throws Exception{NotFound} that names the known ids.
    ModelCard card(const std::string &idOrFolder) const;
    /// Where the model lies. @throws Exception{NotFound} as card().
    std::string folder(const std::string &idOrFolder) const { return card(idOrFolder).folder; }

    struct Verification
    {
        bool passed = false;
        std::string sha256;  ///< found
        std::string message; ///< one sentence
    };
    /// Compares model.safetensors with the SHA-256 of the card. Reads the whole file.
    Verification verify(const std::string &idOrFolder) const;

    /// Puts figures on the card of a model, four digits each: those it has are replaced in their place, new ones come
    /// last. @throws Exception{ModelFile} when there is no card, or it cannot be written; the old one stays then.
    static void writeMeasures(const std::string &folder, const std::vector<std::pair<std::string, double>> &measures);

    /// Deletes the folder of an installed model and returns how many bytes that freed.
    /// @throws Exception{BadInput} for a built-in model or a folder outside the user's; Exception{NotFound}.
    std::uint64_t remove(const std::string &id) const;

    /// Reads one folder; never throws: what is wrong stands in `error`.
    static ModelCard readFolder(const std::string &folder, bool builtIn);

private:
    std::string m_builtInFolder;
    std::vector<std::string> m_userFolders;
};

} // namespace orrery
