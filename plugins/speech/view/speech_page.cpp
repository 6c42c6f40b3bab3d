// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/speech_page.h"

#include "plugins/speech/view/align/alignment_view.h"
#include "plugins/speech/view/continue/continue_view.h"
#include "plugins/speech/view/failures.h"
#include "plugins/speech/view/listen_view.h"
#include "plugins/speech/view/map_follow.h"
#include "plugins/speech/view/model_chip.h"
#include "plugins/speech/view/speech_inspector.h"
#include "plugins/speech/view/words/word_board.h"
#include "widgets/failure_cards.h"
#include "widgets/timeline/timeline_view.h"

#include <QKeyEvent>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace orrery::speech {

namespace {
const QString kListenPart = QStringLiteral("listen");
const QString kWordsPart = QStringLiteral("words");
const QString kComparePart = QStringLiteral("compare");
const QString kContinuePart = QStringLiteral("continue");
const QString kFailsPart = QStringLiteral("fails");
} // namespace

SpeechPage::SpeechPage(PluginHost &host, QWidget *parent)
    : Page(host, parent), m_recordings(new Recordings(host, this)), m_player(new Player(host, this)),
      m_listener(new LiveListener(host, this)),
      m_follow(new MapFollow(host, *m_recordings, *m_listener, *m_player, this))
{
    makeLayout();
    makeComparisons();
    makeContinue();
    makeCommands();
    connect(&host, &PluginHost::modelCardsChanged, this, &SpeechPage::makeContinue);
}

SpeechPage::~SpeechPage() = default;

void SpeechPage::makeLayout()
{
    m_tabs = new QTabBar(this);
    m_tabs->setObjectName(QStringLiteral("speechTabs"));
    m_tabs->setAccessibleName(tr("Views of the sound"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false);
    m_stack = new QStackedWidget(this);
    connect(m_tabs, &QTabBar::currentChanged, m_stack, &QStackedWidget::setCurrentIndex);

    m_listen = new ListenView(host(), *m_recordings, *m_player, *m_listener, this);
    QList<FailureCard> cards;
    for (const PreparedFailure &failure : preparedFailures())
        cards.append({failure.id, failure.title, failure.why, {}});
    m_failures = new FailureCards(
        tr("Three things that units get wrong, and why. Knowing them is worth more than a score."), cards, this);
    addPart(kListenPart, tr("Listen"), tr("A sound, and the units that the model hears in it"), m_listen);
    addPart(kFailsPart, tr("Where it fails"), tr("Three prepared failures, and why they happen"), m_failures);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(10);
    column->addWidget(m_tabs);
    column->addWidget(m_stack, 1);

    connect(m_failures, &FailureCards::chosen, this, &SpeechPage::showFailure);
    connect(m_tabs, &QTabBar::currentChanged, this, [this] {
        if (part() != kListenPart) // nobody would see that it is on
            m_listen->stopListening();
    });
    connect(m_listen, &ListenView::openWanted, this, &SpeechPage::openFiles);
    connect(m_listen, &ListenView::mapWanted, this, &SpeechPage::showOnMap);
    connect(m_listen, &ListenView::followWanted, this, &SpeechPage::followOnMap);
    connect(m_follow, &MapFollow::changed, m_listen, &ListenView::setFollowing);
    connect(m_follow, &MapFollow::mapWanted, this, &SpeechPage::showOnMap);
    connect(m_listen, &ListenView::firstUnits, this, &Page::firstResult);
}

void SpeechPage::makeComparisons()
{
    m_words = new WordBoard(host(), this);
    m_alignment = new AlignmentView(host(), this);
    addPart(kWordsPart, tr("Word board"), tr("Words said twice each, and recognised from then on by their units"),
            m_words);
    addPart(kComparePart, tr("Compare"), tr("Two recordings laid on each other by their units"), m_alignment);
    const auto showKind = [this] {
        m_words->setKind(m_recordings->kind());
        m_alignment->setKind(m_recordings->kind());
    };
    connect(m_recordings, &Recordings::kindChanged, this, showKind);
    showKind();
    // One microphone, and only for the part that is looked at.
    connect(m_words, &WordBoard::microphoneChanged, this, [this](bool on) {
        if (on)
            m_listen->stopListening();
    });
    connect(m_listen, &ListenView::microphoneChanged, this, [this](bool on) {
        if (on)
            m_words->listen(false);
    });
    connect(m_tabs, &QTabBar::currentChanged, this, [this] {
        if (part() != kWordsPart)
            m_words->listen(false);
    });
}

void SpeechPage::makeContinue()
{
    if (m_continue || !ContinueView::isInstalled(host()))
        return;
    m_continue = new ContinueView(host(), *m_recordings, *m_player, this);
    addPart(kContinuePart, tr("Continue"), tr("A language model of units goes on where the recording ends"),
            m_continue);
    connect(m_tabs, &QTabBar::currentChanged, m_continue, [this] {
        if (part() == kContinuePart) {
            m_continue->setCursor(m_listen->timeline().cursor());
            m_continue->begin();
        } else {
            m_continue->cancel();
        }
    });
}

void SpeechPage::addPart(const QString &id, const QString &title, const QString &toolTip, QWidget *part)
{
    const bool failsLast = m_tabs->count() > 0 && m_tabs->tabData(m_tabs->count() - 1).toString() == kFailsPart;
    const int index = m_tabs->count() - (failsLast ? 1 : 0);
    m_stack->insertWidget(index, part);
    m_tabs->insertTab(index, title);
    m_tabs->setTabData(index, id);
    m_tabs->setTabToolTip(index, toolTip);
}

void SpeechPage::showPart(const QString &id)
{
    for (int i = 0; i < m_tabs->count(); ++i)
        if (m_tabs->tabData(i).toString() == id)
            m_tabs->setCurrentIndex(i);
}

QString SpeechPage::part() const
{
    return m_tabs->tabData(m_tabs->currentIndex()).toString();
}

QWidget *SpeechPage::createInspector(QWidget *parent)
{
    m_inspector = new SpeechInspector(host(), *m_recordings, parent);
    connect(m_inspector, &SpeechInspector::inputChosen, m_listen, &ListenView::setDevice);
    connect(m_inspector, &SpeechInspector::inputChosen, m_words, &WordBoard::setDevice);
    connect(m_inspector, &SpeechInspector::outputChosen, m_player, &Player::setDevice);
    connect(m_inspector, &SpeechInspector::outputChosen, m_words, &WordBoard::setOutput);
    connect(m_inspector, &SpeechInspector::outputChosen, m_alignment, &AlignmentView::setOutput);
    connect(m_listen, &ListenView::microphoneChanged, m_inspector, &SpeechInspector::lookForDevices);
    if (m_wasShown)
        m_inspector->wake();
    return m_inspector;
}

QWidget *SpeechPage::createModelChip(QWidget *parent)
{
    return new ModelChip(host(), *m_recordings, parent);
}

SpeechInspector *SpeechPage::inspector()
{
    return m_inspector;
}

QString SpeechPage::dropText(const QList<ItemKind> &kinds) const
{
    if (!kinds.contains(ItemKind::Sound))
        return {};
    return part() == kWordsPart     ? tr("Hear the words in it")
           : part() == kComparePart ? tr("Compare it")
                                    : tr("Listen to it");
}

void SpeechPage::take(const QList<ItemId> &items)
{
    QList<ItemId> sounds;
    for (const Item &item : host().workspace().items(items))
        if (item.kind == ItemKind::Sound)
            sounds.append(item.id);
    host().workspace().gather(sounds); // to come back to, whatever is closed here
    listenTo(sounds);
}

void SpeechPage::listenTo(const QList<ItemId> &items)
{
    m_listen->stopListening();
    if (part() == kWordsPart)
        return m_words->hear(host().workspace().items(items));
    if (part() == kComparePart)
        return m_alignment->take(host().workspace().items(items));
    if (m_listen->hasTake())
        m_listen->discardTake();
    showPart(kListenPart);
    m_recordings->take(items);
}

void SpeechPage::focusPrompt()
{
    showPart(kListenPart);
    m_listen->timeline().setFocus(Qt::ShortcutFocusReason);
}

bool SpeechPage::cancel()
{
    const bool words = m_words->cancel(), alignment = m_alignment->cancel();
    const bool babble = m_continue && m_continue->cancel();
    return m_listen->cancel() || words || alignment || babble;
}

void SpeechPage::shown()
{
    m_wasShown = true;
    if (m_inspector)
        m_inspector->wake();
    m_listen->begin();
    if (!focusWidget())
        m_listen->timeline().setFocus(Qt::OtherFocusReason);
}

void SpeechPage::hidden()
{
    m_listen->stopListening();
    m_words->listen(false);
    m_player->stop();
}

void SpeechPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    const int fails = m_tabs->count() - 1;
    m_tabs->setTabText(fails, tr("Where it fails"));
    if (m_tabs->sizeHint().width() > m_tabs->width()) // beside another page there is half the room
        m_tabs->setTabText(fails, tr("Failures"));
}

void SpeechPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier && part() == kListenPart)
        m_listen->togglePlay();
    else
        Page::keyPressEvent(event);
}

} // namespace orrery::speech
