// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/files/json_file.h"
#include "engine/models/dalle/token_transformer.h"
#include "engine/models/dvae/dvae_model.h"
#include "engine/models/text_to_image.h"
#include "engine/text/clip_tokenizer.h"

#include <string>

namespace orrery::dalle {

/// config.json of picture-dalle.
struct DalleConfig
{
    TokenTransformerShape shape;
    std::string dvaeSha256; ///< of the model.safetensors of the picture-dvae whose codes these are
};

/// @throws Exception{ModelFile} naming file and field.
DalleConfig parseConfig(const JsonObject &json);
void writeConfig(const std::string &file, const DalleConfig &config);

/// Draws by writing the tokens of a picture one after the other; a picture-dvae turns them into pixels.
/// Thread: engine.
class PictureDalle final : public TextToImageModel
{
public:
    generate::DescribeResult describe() const override;
    void check(const generate::GenerateRequest &request) const override;
    bool cuts(const std::string &prompt) const override;
    int stepsOf(const generate::GenerateRequest &request) const override;
    Task<> draw(StepPacer &pace, std::shared_ptr<const Order> order, generate::Sample &sample, Report report) override;
    Task<std::vector<Picture>> decodeTokens(StepPacer &pace, std::vector<std::vector<int>> grids) override;
    Task<std::vector<int>> encodeTokens(StepPacer &pace, Picture picture) override;

private:
    friend Task<std::shared_ptr<TextToImageModel>> loadPictureDalle(EngineScope &scope, std::string folder,
                                                                    Precision precision);

    /// Scores of the next token for each row, behind what the cache holds. x [B, n, D] → [B, K]
    Task<at::Tensor> readOn(StepPacer &pace, at::Tensor x, KeyValueCache &cache);
    /// @param known  how many of the tokens count; cells behind them are grey
    Task<Picture> show(StepPacer &pace, std::vector<int> tokens, std::size_t known);

    DalleConfig m_config;
    Weights m_weights;
    std::shared_ptr<const dvae::DvaeModel> m_codes;
    std::shared_ptr<const ClipTokenizer> m_tokenizer;
    at::Device m_device = at::kCPU;
};

/// Loads a folder; the picture-dvae lies beside it, or is the built-in one.
/// @throws Exception{NotFound, ModelFile} naming file and field; also when the codes belong to another picture-dvae.
Task<std::shared_ptr<TextToImageModel>> loadPictureDalle(EngineScope &scope, std::string folder,
                                                         Precision precision = Precision::Exact);

} // namespace orrery::dalle
