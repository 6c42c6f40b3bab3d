// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "engine/files/model_catalogue.h"

#include <algorithm>

namespace orrery::cli {

namespace {

Json toJson(const ModelCard &card)
{
    Json measures = Json::object();
    for (const auto &[name, value] : card.measures)
        measures[name] = value;
    Json json = {{"id", card.id},           {"name", card.name},       {"task", card.task},
                 {"summary", card.summary}, {"licence", card.licence}, {"built_in", card.builtIn},
                 {"folder", card.folder},   {"bytes", card.bytes},     {"data", card.data},
                 {"recipe", card.recipe},   {"seed", card.seed},       {"known_names", card.knownNames},
                 {"measures", measures},    {"sha256", card.sha256}};
    if (!card.nouns.empty())
        json["nouns"] = card.nouns;
    if (!card.error.empty())
        json["error"] = card.error;
    return json;
}

/// "apple, bear, bell"
std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

int list(const ModelCatalogue &catalogue, bool json)
{
    const std::vector<ModelCard> cards = catalogue.list();
    if (json) {
        Json models = Json::array();
        for (const ModelCard &card : cards)
            models.push_back(toJson(card));
        printJson({{"models", models}});
        return kDone;
    }
    if (cards.empty()) {
        say("no model is installed; put a model's folder into " + ModelCatalogue::defaultUserFolder());
        return kDone;
    }
    Table table({{"Id", Table::Align::Left, false},
                 {"For", Table::Align::Left, true},
                 {"Licence", Table::Align::Left, true},
                 {"Size", Table::Align::Right, false},
                 {"", Table::Align::Left, true}});
    for (const ModelCard &card : cards)
        table.add({card.id, card.task, card.licence, bytesText(card.bytes),
                   !card.error.empty() ? card.error
                   : card.builtIn      ? "built in"
                                       : card.folder});
    print(table.toText());
    return kDone;
}

int show(const ModelCatalogue &catalogue, const std::string &id, bool json)
{
    const ModelCard card = catalogue.card(id);
    if (json) {
        printJson(toJson(card));
        return card.error.empty() ? kDone : kFailed;
    }
    Table table({{"", Table::Align::Left, false}, {"", Table::Align::Left, false}});
    const auto add = [&](const char *name, const std::string &value) {
        if (!value.empty())
            table.add({name, value});
    };
    add("Id", card.id);
    add("Name", card.name);
    add("For", card.task);
    add("Summary", card.summary);
    add("Licence", card.licence);
    add("Learned from", card.data);
    add("Recipe", card.recipe);
    if (card.knownNames > 0)
        add("Known names", std::to_string(card.knownNames));
    add("Draws", joined(card.nouns));
    for (const auto &[name, value] : card.measures)
        add(("Measured: " + name).c_str(), fixed(value, 3));
    add("Folder", card.folder + (card.builtIn ? " (built in)" : ""));
    add("Size", bytesText(card.bytes));
    add("SHA-256", card.sha256);
    add("Problem", card.error);
    print(table.toText());
    return card.error.empty() ? kDone : kFailed;
}

int verify(const ModelCatalogue &catalogue, const std::vector<std::string> &ids, bool json)
{
    std::vector<std::string> all = ids;
    if (all.empty())
        for (const ModelCard &card : catalogue.list())
            all.push_back(card.id);
    Json models = Json::array();
    Table table({{"Id", Table::Align::Left, false}, {"", Table::Align::Left, true}});
    bool passed = true;
    for (const std::string &id : all) {
        const ModelCatalogue::Verification verification = catalogue.verify(id);
        passed = passed && verification.passed;
        models.push_back({{"id", id},
                          {"passed", verification.passed},
                          {"sha256", verification.sha256},
                          {"message", verification.message}});
        table.add({id, verification.message});
    }
    if (json)
        printJson({{"passed", passed}, {"models", models}});
    else
        print(table.toText());
    return passed ? kDone : kFailed;
}

int get(const ModelCatalogue &catalogue, const std::string &id, bool json)
{
    const std::vector<ModelCard> cards = catalogue.list();
    const auto found = std::find_if(cards.begin(), cards.end(), [&](const ModelCard &card) { return card.id == id; });
    if (found == cards.end())
        throw Exception(ErrorCode::Unsupported,
                        "models get: this version does not download models; copy the folder of " + id + " into " +
                            ModelCatalogue::defaultUserFolder());
    say(id + " is already on this computer" + (found->builtIn ? " (built in)" : ""));
    if (json)
        printJson(toJson(*found));
    return kDone;
}

int remove(const ModelCatalogue &catalogue, const std::string &id, bool json)
{
    const std::uint64_t bytes = catalogue.remove(id);
    if (json)
        printJson({{"removed", id}, {"bytes", bytes}});
    else
        say(id + " was removed; that freed " + bytesText(bytes));
    return kDone;
}

int run(const Arguments &arguments)
{
    const std::vector<std::string> &given = arguments.others();
    const std::string verb = given.empty() ? "list" : given.front();
    const std::vector<std::string> ids(given.begin() + (given.empty() ? 0 : 1), given.end());
    const bool json = arguments.has("json");
    const std::vector<std::string> verbs = {"list", "show", "get", "verify", "remove"};
    if (std::find(verbs.begin(), verbs.end(), verb) == verbs.end())
        throw UsageError("expected " + joinedWithOr(verbs) + ", found \"" + verb + "\"");
    const ModelCatalogue catalogue;
    if (verb == "verify")
        return verify(catalogue, ids, json);
    if (verb == "list") {
        if (!ids.empty())
            throw UsageError("unexpected argument \"" + ids.front() + "\"");
        return list(catalogue, json);
    }
    if (ids.size() != 1)
        throw UsageError(verb + ": expected one model, found " + std::to_string(ids.size()));
    if (verb == "show")
        return show(catalogue, ids.front(), json);
    if (verb == "get")
        return get(catalogue, ids.front(), json);
    return remove(catalogue, ids.front(), json);
}

} // namespace

Command modelsCommand()
{
    return {"models",
            "[list|show ID|get ID|verify [ID...]|remove ID] [--json]",
            "List the models of this computer, or look at, check or remove one",
            "",
            {},
            run};
}

} // namespace orrery::cli
